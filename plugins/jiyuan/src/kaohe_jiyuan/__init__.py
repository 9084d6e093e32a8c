"""Jiyuan's hotline contract for kaohe."""
