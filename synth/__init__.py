"""Reasoning tasks that are generated, solved step by step, and verified by a second route before they are emitted.

    table = synth.tasks.generate(config=SynthConfig(num_documents=1000))    # DOCUMENTS, synthetic = true

Stage 3 of the mixture asks for about a tenth of synthetic reasoning; this is the part of it that needs no language model.
Each family is one entry of the dict `synth.tasks.FAMILIES`: a generator and an independent checker.
"""
