"""Sealing: only the private key opens, nothing moved or altered opens, and every sealed ballot has one size."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.errors import BadInput, Corrupt
from linli.personal_data import scan
from linli_votes.sealing import (
    PUBLIC,
    Opener,
    check_public_key,
    new_private_key,
    public_key,
    public_of,
    seal,
    size_of,
)

PRIVATE = new_private_key(bytes(range(32)))
KEY = public_of(PRIVATE)
ENTROPY = bytes(range(100, 132))


@given(st.binary(max_size=300), st.text(max_size=20), st.binary(min_size=32, max_size=32))
def test_what_was_sealed_opens_with_the_private_key_and_has_the_size_of_its_length(data, bound, entropy):
    sealed = seal(KEY, data, bound, entropy)
    assert Opener(PRIVATE).open(sealed, bound) == data
    assert len(sealed) == size_of(len(data))


def test_a_key_is_known_again_and_tells_its_public_key():
    assert Opener(PRIVATE).public == KEY
    assert public_of(f" {PRIVATE}\n") == KEY
    check_public_key(f"{KEY} ")


@pytest.mark.parametrize(
    "wrong", ["", "x", KEY[:-1], KEY + "a", KEY[:30] + "7" + KEY[31:], KEY.replace(PUBLIC, "linli-")]
)
def test_a_key_that_was_copied_with_a_mistake_is_refused(wrong):
    if wrong == KEY:
        pytest.skip("the character was the same")
    with pytest.raises(BadInput, match="不是完整的计票公钥"):
        public_key(wrong)


def test_the_private_key_is_not_taken_for_the_public_one():
    with pytest.raises(BadInput, match="密钥不能公布"):
        public_key(PRIVATE)
    with pytest.raises(BadInput, match="不是完整的计票密钥"):
        Opener(KEY)


def test_a_key_of_small_order_is_refused():
    from linli_votes.sealing import _written

    with pytest.raises(BadInput, match="不安全"):
        check_public_key(PUBLIC + _written(bytes(32)))


@pytest.mark.parametrize("how", ["another key", "another number", "altered", "cut", "no base 32"])
def test_a_ballot_that_was_moved_or_altered_does_not_open(how):
    sealed, bound = seal(KEY, b"x" * 20, "p/001", ENTROPY), "p/001"
    opener = Opener(new_private_key(bytes(32)) if how == "another key" else PRIVATE)
    bound = "p/002" if how == "another number" else bound
    sealed = {
        "altered": sealed[:-5] + ("b" if sealed[-5] == "a" else "a") + sealed[-4:],
        "cut": sealed[:40],
        "no base 32": sealed[:-1] + "1",
    }.get(how, sealed)
    with pytest.raises(Corrupt):
        opener.open(sealed, bound)


def test_equal_ballots_are_sealed_differently_with_fresh_randomness():
    assert len({seal(KEY, b"x", "p/1", bytes([n] * 32)) for n in range(50)}) == 50


def test_no_key_and_no_sealed_ballot_looks_like_personal_data():
    for n in range(200):
        private = new_private_key(n.to_bytes(32, "big"))
        text = f"{public_of(private)} {seal(KEY, bytes(60), 'p', n.to_bytes(32, 'little'))}"
        assert scan(text) == ()


def test_cryptography_is_not_loaded_before_something_is_sealed():
    code = "import sys, linli_votes.sealing, linli_votes.casting; print('cryptography' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
