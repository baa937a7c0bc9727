"""The rules of Jinjiang, Chengdu (成都市锦江区), as a place plugin of Linli."""
