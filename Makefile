.PHONY: assets

# Rebuild review_api/static after a change of the look; the result is committed.
assets:
	cd review_api/assets && npm install --no-fund --no-audit && npm run build
