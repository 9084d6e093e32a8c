"""A month of call records, counted by kaohe and by its peers: the same checks, the same counts, each in its process.

A peer is a module with one function, ``count(path)``, that checks a file and gives its counts by name. Every peer
refuses what kaohe refuses: cells that cannot be understood, instants out of order or out of the month, a call twice.
"""
