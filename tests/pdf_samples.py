"""Small PDFs, written by hand: pages of lines at their places, with or without a title."""

from __future__ import annotations


def pdf_of(*pages, info=""):
    """Write a PDF; a page is a list of (x, y, font size, text) in points from the lower left corner."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    objects.append(f"<< {info} >>")
    kids = []
    for lines in pages:
        shown = "".join(f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n" for x, y, size, text in lines)
        objects.append(f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {len(objects)} 0 R >>"
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    return (body + head + trailer).encode("latin-1")


def column(*texts, top=700, x=50, size=12, pitch=14):
    """Return the lines of a page, one below the other."""
    return [(x, top - i * pitch, size, text) for i, text in enumerate(texts)]


def grid(*rows, top=600, xs=(50, 300, 400), size=10, pitch=14):
    """Return the lines of a table: each row's cells at the places `xs`, an empty one left out."""
    return [
        (x, top - i * pitch, size, cell)
        for i, row in enumerate(rows)
        for x, cell in zip(xs, row, strict=True)
        if cell
    ]
