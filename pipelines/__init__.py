"""Where the rooms are joined: the engine, one runner per stage, recipes, the command line. Only here: Ray and YAML."""
