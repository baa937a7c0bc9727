"""The posts that act in the affairs of bodies, beside those of access and those that every procedure knows."""

from __future__ import annotations

from linli.procedures import Post, Reach

PARTY_ORG = Post("party_org", "社区党组织", Reach.BELOW)
REPRESENTATIVE = Post("representative", "居民代表", Reach.OWN_PLACE)
CONVENER = Post("convener", "议事召集人", Reach.BELOW)
ELECTION_COMMITTEE = Post("election_committee", "居民选举委员会", Reach.OWN_PLACE)
OWNERS_COMMITTEE = Post("owners_committee", "业主委员会", Reach.BELOW)
PROPERTY_FIRM = Post("property_firm", "物业服务企业", Reach.BELOW)
