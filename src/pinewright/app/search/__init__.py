"""The main job: the search over families or a script of the user, its evidence, and what is handed over."""
