"""Haidian's hotline contract for kaohe."""
