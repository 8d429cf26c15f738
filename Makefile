.PHONY: assets translations

# Rebuild review_api/static after a change of the look; the result is committed.
assets:
	cd review_api/assets && npm install --no-fund --no-audit && npm run build

# Bring new strings of pages into the English catalogue, where empty msgstr lines wait for words.
translations:
	mkdir -p build
	.venv/bin/pybabel -q extract -F review_api/locale/babel.cfg -k marked -k plural:2 -k plural_word:2 --no-location --sort-output -o build/messages.pot review_api
	.venv/bin/pybabel -q update -N -l en -i build/messages.pot -d review_api/locale --omit-header --ignore-obsolete
