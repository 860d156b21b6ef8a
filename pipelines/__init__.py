"""Where the rooms are joined: the engine, one runner per stage, recipes, the command line. The only place that knows Ray and YAML."""
