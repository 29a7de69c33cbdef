"""What RTF's control words stand for: characters, ends of paragraphs, groups without words, code pages."""

from __future__ import annotations

import codecs

TEXT_OF = {
    "tab": " ", "line": "\n", "softline": "\n", "emdash": "\u2014", "endash": "\u2013", "bullet": "\u2022",
    "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d", "~": "\u00a0",
    "_": "\u2011", "emspace": " ", "enspace": " ", "qmspace": " ", "nestcell": " ",
    "{": "{", "}": "}", "\\": "\\",
}  # fmt: skip
PARAGRAPHS = frozenset({"par", "sect", "page", "column", "nestrow", "\n", "\r"})
SKIPPED = frozenset(
    "pict objdata objclass objname header headerl headerr headerf footer footerl footerr footerf "
    "fldinst nonshppict sp pntext listtext xe tc rxe bkmkstart bkmkend template filetbl revtbl "
    "listtable listoverridetable rsidtbl generator themedata latentstyles datastore private operator "
    "company manager list leveltext levelnumbers listname "
    "category keywords comment doccomm hlinkbase subject vern".split()
)
STARRED = frozenset({"shpinst", "annotation"})  # of the groups that an older reader is to skip, those noted
NOTED = frozenset("fonttbl colortbl stylesheet info title author creatim revtim footnote annotation".split())
CODE_PAGES = {  # of a font's \fcharset
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250",
}  # fmt: skip
SETS = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}


def codec(name: str) -> str:
    """Return a codec of Python's by that name, "" where it has none."""
    try:
        return codecs.lookup({"cp65001": "utf-8", "cp10000": "mac_roman"}.get(name, name)).name
    except LookupError:
        return ""
