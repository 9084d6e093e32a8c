"""Luohe's hotline contract for kaohe."""
