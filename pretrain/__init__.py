"""The bundled pretraining step: three stages of SEQUENCES shards in, checkpoints and a loss curve out.

Read `train.py` first: its `main` is the training recipe from top to bottom. It sees only shards and their manifest, and it is
configured by JSON; the YAML recipes that the JSON is made of are read by `pipelines`.
"""
