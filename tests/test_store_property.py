"""The store against a dictionary: any sequence of puts, replacements, removals and re-openings agrees."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from store_samples import put, spans, texts_of, vector_of

from bot.store import DenseIndex, Store

SOURCES = st.sampled_from(["/a", "/b", "https://example.org/c?d=1#e"])
COLLECTIONS = st.sampled_from(["default", "second"])
WORDS = st.text(st.characters(codec="utf-8", exclude_characters=" "), max_size=6)
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)
ORIGINALS = st.sampled_from([None, b"", b"shared", b"\0other"])


class StoreAgainstDictionary(RuleBasedStateMachine):
    """`expected`: {collection: {source: (text, original)}}."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.open(Path(self.folder.name) / "home")
        self.expected = {}
        self.revisions = {}

    def teardown(self):
        """Check the whole library once more."""
        assert self.store.verify().ok
        self.folder.cleanup()

    @rule(collection=COLLECTIONS, source=SOURCES, text=TEXTS, original=ORIGINALS)
    def put(self, collection, source, text, original):
        """Add or replace."""
        there = self.expected.setdefault(collection, {})
        with self.store.writing() as writer:
            _, status = put(writer, text, source=source, collection=collection, original=original)
        assert status == ("replaced" if source in there else "added")
        there[source] = (text, original)

    @rule(collection=COLLECTIONS, source=SOURCES)
    def remove(self, collection, source):
        """Remove what is there."""
        if source in self.expected.get(collection, {}):
            with self.store.writing() as writer:
                assert writer.remove(collection, source).source == source
            del self.expected[collection][source]

    @rule(collection=COLLECTIONS)
    def publish(self, collection):
        """Write an index file."""
        if collection in self.expected:
            with self.store.writing() as writer:
                writer.publish(collection)

    @rule()
    def compact(self):
        """Rewrite the database."""
        with self.store.writing() as writer:
            writer.compact()

    @rule()
    def reopen(self):
        """Forget what is in memory."""
        self.store = Store.open(self.store.home)

    @invariant()
    def documents_and_originals_agree(self):
        """Every text and its bytes are there, and no other."""
        assert {each.name for each in self.store.collections()} == set(self.expected)
        for name, there in self.expected.items():
            assert texts_of(self.store, name) == {source: text for source, (text, _) in there.items()}
            for document in self.store.documents(name):
                assert self.store.original(document.doc_id) == there[document.source][1]

    @invariant()
    def passages_vectors_and_index_agree(self):
        """Every passage has its slice, its vector and its place in the index."""
        for name, there in self.expected.items():
            loaded = self.store.load(name)
            wanted = {(source, p.start, p.end) for source, (text, _) in there.items() for p in spans(text)}
            assert {(p.source, p.start, p.end) for p in loaded.passages} == wanted
            for passage, vector in zip(loaded.passages, loaded.vectors, strict=True):
                assert passage.text == there[passage.source][0][passage.start : passage.end]
                np.testing.assert_array_equal(vector, vector_of(passage.text))
            ids, _ = DenseIndex.open(self.store, loaded).search(np.ones(8, np.float32), 1000)
            assert sorted(ids.tolist()) == loaded.passage_ids.tolist()

    @invariant()
    def revisions_only_grow(self):
        """No reader can miss a change."""
        for name in self.expected:
            revision = self.store.revision(name)
            assert revision >= self.revisions.get(name, 1)
            self.revisions[name] = revision


TestStoreAgainstDictionary = StoreAgainstDictionary.TestCase
TestStoreAgainstDictionary.settings = settings(max_examples=10, stateful_step_count=12, deadline=None)
