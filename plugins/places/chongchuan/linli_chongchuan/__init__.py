"""The rules of Chongchuan, Nantong (南通市崇川区), as a place plugin of Linli."""
