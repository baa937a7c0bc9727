"""Putting a deployment into the cloud: the package of its functions, its stack, and what a change would do.

None of it is in the package: whoever deploys runs it, no function does.
"""
