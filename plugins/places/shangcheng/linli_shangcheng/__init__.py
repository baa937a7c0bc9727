"""The rules of Shangcheng, Hangzhou (杭州市上城区), as a place plugin of Linli."""
