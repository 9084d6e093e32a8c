"""Lingshui's hotline contract for kaohe."""
