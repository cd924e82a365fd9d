"""Every share link: where it leads, whose it is, and whether it was taken back."""

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, bindparam

from services.kernel.dispatch import when
from services.kernel.flow.projection import Place
from services.kernel.flow.upserts import insert
from services.kernel.flow.writes import PagedProjection, Writes
from services.mall.domain.share_link import ShareLink

metadata = MetaData()
share_links = Table(
    "share_links_v1",
    metadata,
    Column("link_id", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("place", BigInteger, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("listing_id", Text, nullable=False),
    Column("group_id", Text),
    Column("made_at", Text, nullable=False),
    Column("expires_at", Text),
    Column("revoked_at", Text),
    Column("version", BigInteger, nullable=False),
    Index("share_links_v1_of_owner", "owner_id", "place"),
    sqlite_with_rowid=False,
)
_BEGIN = insert(share_links)
_CHANGE = share_links.update().where(share_links.c.link_id == bindparam("mine"))


class ShareLinksView(PagedProjection):
    """One row a link."""

    name, hears, metadata = "share_links", frozenset({"mall"}), metadata

    @when(ShareLink.Made)
    def made(self, writes: Writes, fact: ShareLink.Made, place: Place) -> None:
        row = {
            "link_id": str(fact.link_id), "code": fact.code, "place": place.position, "owner_id": str(fact.owner_id),
            "listing_id": str(fact.listing_id), "group_id": fact.group_id and str(fact.group_id),
            "made_at": place.effective_at.isoformat(), "expires_at": fact.expires_at and fact.expires_at.isoformat(),
            "version": 1,
        }  # fmt: skip
        writes.put(str(fact.originator_id), _BEGIN, row)

    @when(ShareLink.Revoked)
    def revoked(self, writes: Writes, fact: ShareLink.Revoked, place: Place) -> None:
        mine = {"mine": str(fact.originator_id), "version": fact.originator_version}
        writes.put(str(fact.originator_id), _CHANGE, {**mine, "revoked_at": place.effective_at.isoformat()})
