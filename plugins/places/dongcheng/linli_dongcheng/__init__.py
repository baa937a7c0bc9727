"""The rules of Dongcheng, Beijing (北京市东城区), as a place plugin of Linli."""
