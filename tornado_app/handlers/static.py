"""Owns serving the static files."""

from typing import cast

from tornado.web import HTTPError

from tornado_app.assets import Asset, Assets
from tornado_app.handlers.plain import PlainHandler

_ONE_DAY_S = 24 * 60 * 60
_ONE_YEAR_S = 365 * _ONE_DAY_S


class AssetHandler(PlainHandler):
    """Sends a file under its hashed name, which browsers keep for ever."""

    cache_control = f"public, max-age={_ONE_YEAR_S}, immutable"

    def get(self, name: str) -> None:
        asset = self.find(name)
        if asset is None:
            raise HTTPError(404)
        self._asset = asset
        self.set_header("Content-Type", asset.content_type)
        self.set_header("Cache-Control", self.cache_control)
        self.finish(self._encoded(asset))

    def find(self, name: str) -> Asset | None:
        return self._assets.find(name)

    def compute_etag(self) -> str | None:
        asset: Asset | None = getattr(self, "_asset", None)
        return f'"{asset.etag}"' if asset else None

    @property
    def _assets(self) -> Assets:
        return cast(Assets, self.settings["assets"])

    def _encoded(self, asset: Asset) -> bytes:
        accepted = self.request.headers.get("Accept-Encoding", "")
        if asset.gzipped is None or "gzip" not in accepted:
            return asset.content
        self.set_header("Content-Encoding", "gzip")
        return asset.gzipped


class WellKnownAssetHandler(AssetHandler):
    """Sends a file under a name that browsers and robots ask for by themselves."""

    cache_control = f"public, max-age={_ONE_DAY_S}"

    def find(self, name: str) -> Asset | None:
        return self._assets[name]
