"""Recipes, the solver, row order, tokenising, packing, shards: scored documents in, three stages of training rows out.

Read in this order: recipe.py (what is asked), inventory.py (what there is), plan.py (the solved rates), order.py (which bucket
each row comes from), packing.py and cells.py (how documents become rows), emit.py (one shard).
"""
