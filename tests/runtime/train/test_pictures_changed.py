"""What transforms do to pictures: against Pillow, and against what one can count by hand."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter, ImageOps
from torch import Tensor

from runtime.train.pieces.colour import as_gray, blur_at_random, gray_at_random, jitter_at_random, turn_hue
from runtime.train.pieces.crop import (
    crop_and_resize_at_random,
    crop_at_random,
    crop_center,
    draw_boxes,
    erase_at_random,
)
from runtime.train.pieces.mix import cut_and_mix, mix_samples
from runtime.train.pieces.picture import flip_upside_down_at_random
from runtime.train.pieces.seeded import seeded
from runtime.train.pieces.warp import warp_at_random

STILL = (0.0, 0.0)
SAME = (1.0, 1.0)


def photo(*shape: int) -> Tensor:
    """A picture of random bytes."""
    return torch.randint(0, 256, shape, generator=seeded("photo")).to(torch.uint8)


def pillow(picture: Tensor) -> Image.Image:
    """The same picture for Pillow."""
    return Image.fromarray(picture.permute(1, 2, 0).numpy())


def back(picture: Image.Image) -> Tensor:
    """A picture of Pillow's as a tensor."""
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1)


RANDOM: dict[str, Callable[[Tensor, torch.Generator], Tensor]] = {
    "crop": lambda x, g: crop_at_random(x, (5, 4), 2, g),
    "crop and resize": lambda x, g: crop_and_resize_at_random(x, (6, 6), (0.1, 0.9), (0.5, 2.0), g),
    "flip": lambda x, g: flip_upside_down_at_random(x, 0.5, g),
    "warp": lambda x, g: warp_at_random(x, (-40, 40), (0.1, 0.2), (0.8, 1.2), (-9, 9), "bilinear", g),
    "gray": lambda x, g: gray_at_random(x, 0.5, g),
    "jitter": lambda x, g: jitter_at_random(x, 0.5, 0.5, 0.5, 0.3, g),
    "blur": lambda x, g: blur_at_random(x, (3, 5), (0.1, 2.0), g),
    "erase": lambda x, g: erase_at_random(x.float(), 0.7, (0.1, 0.4), (0.3, 3.3), 7.0, g),
}


@pytest.mark.parametrize("name", RANDOM)
def test_that_each_picture_of_a_batch_is_drawn_by_itself(name: str) -> None:
    made = RANDOM[name](photo(3, 9, 8).expand(12, 3, 9, 8), seeded(1))
    assert len({each.numpy().tobytes() for each in made}) > 1


@pytest.mark.parametrize("name", RANDOM)
def test_that_equal_seeds_give_equal_pictures(name: str) -> None:
    one, same, other = (RANDOM[name](photo(3, 9, 8), seeded(seed)) for seed in (4, 4, 5))
    assert torch.equal(one, same)
    assert any(not torch.equal(one, RANDOM[name](photo(3, 9, 8), seeded(seed))) for seed in range(5, 20)), other


@pytest.mark.parametrize("size", [(4, 4), (5, 3), (9, 8), (12, 9), (3, 11)])
def test_that_the_middle_is_that_of_pillow(size: tuple[int, int]) -> None:
    picture = photo(3, 9, 9)
    top, left = (round((9 - side) / 2) for side in size)
    if max(size) <= 9:
        assert torch.equal(crop_center(picture, size), picture[:, top : top + size[0], left : left + size[1]])
    found = crop_center(picture, size)
    assert found.shape == (3, *size)
    assert found.sum() == picture[:, max(top, 0) :, max(left, 0) :][:, : size[0], : size[1]].sum()


def test_that_a_part_comes_from_where_it_was_drawn_as_torch_draws_it() -> None:
    picture = photo(3, 9, 8)
    found = crop_at_random(picture, (5, 4), 1, seeded(3))
    generator = seeded(3)  # torchvision draws the top, then the left
    top, left = (int(torch.randint(0, room, (1,), generator=generator)) for room in (9 + 2 - 5 + 1, 8 + 2 - 4 + 1))
    padded = torch.zeros(3, 11, 10, dtype=torch.uint8)
    padded[:, 1:10, 1:9] = picture
    assert torch.equal(found, padded[:, top : top + 5, left : left + 4])


def test_that_a_part_larger_than_its_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="a picture of 9 x 8 has no part of 10 x 4"):
        crop_at_random(photo(3, 9, 8), (10, 4))


def test_that_boxes_lie_within_and_cover_what_was_asked() -> None:
    top, left, high, wide = draw_boxes(2000, (40, 60), (0.2, 0.5), (0.5, 2.0), seeded(0)).unbind(1)
    assert bool(((top >= 0) & (left >= 0) & (top + high <= 40) & (left + wide <= 60)).all())
    share, ratio = (high * wide) / 2400, wide / high
    assert float(share.min()) > 0.18
    assert float(share.max()) < 0.52
    assert float(ratio.min()) > 0.45
    assert float(ratio.max()) < 2.2
    assert 0.9 < float(ratio.log().mean().exp()) < 1.15
    assert (int(top.min()), int(left.min()), int((top + high).max()), int((left + wide).max())) == (0, 0, 40, 60)


def test_that_all_of_a_picture_resized_is_that_picture_resized() -> None:
    picture = photo(3, 8, 8)
    assert torch.equal(crop_and_resize_at_random(picture, (8, 8), SAME, SAME, seeded(0)), picture)


def test_that_about_so_many_pictures_get_a_box_of_the_value() -> None:
    made = erase_at_random(torch.zeros(400, 1, 10, 10), 0.25, (0.2, 0.2), SAME, 3.0, seeded(0))
    blotted = (made == 3).flatten(1).sum(1)
    assert set(blotted.tolist()) == {0, 16}
    assert 70 < int((blotted > 0).sum()) < 130


@pytest.mark.parametrize("degrees", [30, -75, 180])
@pytest.mark.parametrize("shape", [(3, 21, 21), (3, 16, 30)])
def test_that_a_picture_is_turned_as_pillow_turns_it(degrees: float, shape: tuple[int, ...]) -> None:
    # at places between two pixels, which rounding decides, both may take either
    picture = photo(*shape)
    found = warp_at_random(picture, (degrees, degrees))
    assert (found == back(pillow(picture).rotate(degrees))).float().mean() > 0.95


def test_that_a_quarter_turn_is_exact() -> None:
    picture = photo(3, 8, 8)
    assert torch.equal(warp_at_random(picture, (90.0, 90.0)), picture.rot90(1, (1, 2)))
    assert torch.equal(warp_at_random(picture, (0.0, 0.0), mode="bilinear"), picture)


def test_that_a_picture_is_shifted_by_whole_pixels_up_to_its_share() -> None:
    picture = torch.zeros(200, 1, 10, 20)
    picture[:, :, 5, 10] = 1
    found = warp_at_random(picture, STILL, (0.1, 0.2), generator=seeded(0))
    _, _, rows, columns = found.nonzero().unbind(1)
    assert (set(rows.tolist()), set(columns.tolist())) == (set(range(3, 8)), set(range(8, 13)))


def test_that_a_picture_becomes_larger_and_leans_as_pillow_would_read_it() -> None:
    picture = photo(3, 31, 31)
    larger = warp_at_random(picture, STILL, STILL, (1.9, 1.9))
    start = 15.5 - 15.5 / 1.9
    less = (1 / 1.9, 0, start, 0, 1 / 1.9, start)
    assert (larger == back(pillow(picture).transform((31, 31), Image.Transform.AFFINE, less))).float().mean() > 0.95
    leaning = warp_at_random(picture, STILL, STILL, SAME, (20.0, 20.0))
    tan = float(np.tan(np.deg2rad(20)))
    matrix = (1, tan, -tan * 15.5, 0, 1, 0)
    assert (leaning == back(pillow(picture).transform((31, 31), Image.Transform.AFFINE, matrix))).float().mean() > 0.95


def test_that_gray_is_pillows_gray() -> None:
    picture = photo(3, 30, 40)
    there = torch.from_numpy(np.array(ImageOps.grayscale(pillow(picture)))).int()
    assert (as_gray(picture)[0].int() - there).abs().max() <= 1
    assert as_gray(picture, 3).shape == (3, 30, 40)
    assert torch.equal(gray_at_random(picture, 1.0), as_gray(picture, 3))
    assert torch.equal(gray_at_random(picture, 0.0), picture)


@pytest.mark.parametrize("turn", [0.25, -0.1, 0.5])
def test_that_hues_are_turned_as_those_of_pillow(turn: float) -> None:
    picture = photo(3, 20, 20)
    hsv = np.array(pillow(picture).convert("HSV"))
    hsv[..., 0] = (hsv[..., 0].astype(int) + round(turn * 256)) % 256
    there = back(Image.fromarray(hsv, "HSV").convert("RGB")).float() / 255
    assert (turn_hue(picture.float() / 255, turn) - there).abs().max() < 0.05


def test_that_colours_that_are_not_changed_stay() -> None:
    picture = photo(3, 9, 9)
    assert torch.equal(jitter_at_random(picture, 0, 0, 0, 0), picture)
    assert torch.allclose(turn_hue(picture.float() / 255, 0.0), picture.float() / 255, atol=1e-6)


@pytest.mark.parametrize("way", ["brightness", "contrast", "saturation"])
def test_that_each_setting_changes_what_it_is_called_after(way: str) -> None:
    picture = torch.rand(3, 9, 9, generator=seeded(0)) * 0.4 + 0.3  # nothing is cut off
    settings = {"brightness": 0.0, "contrast": 0.0, "saturation": 0.0, way: 0.3}
    found = jitter_at_random(picture, **settings, hue=0.0, generator=seeded(2))
    gray = 0.299 * picture[0] + 0.587 * picture[1] + 0.114 * picture[2]
    start = {"brightness": torch.zeros(1), "contrast": gray.mean(), "saturation": gray}[way]
    factors = (found - start) / (picture - start)
    factor = float(factors.median())
    assert 0.7 <= factor <= 1.3
    assert factor != pytest.approx(1)
    assert torch.allclose(found, start + factor * (picture - start), atol=1e-5)


def test_that_a_blur_is_near_that_of_pillow() -> None:
    smooth = back(pillow(photo(3, 20, 20)).resize((40, 40), Image.Resampling.BICUBIC))
    found = blur_at_random(smooth, (13, 13), (1.5, 1.5)).float()
    there = back(pillow(smooth).filter(ImageFilter.GaussianBlur(1.5))).float()
    assert (found - there)[:, 8:-8, 8:-8].abs().mean() < 1.5
    assert torch.equal(blur_at_random(torch.ones(3, 9, 9), (5, 3), (0.1, 2.0)).round(decimals=5), torch.ones(3, 9, 9))


@pytest.mark.parametrize("mix", [mix_samples, cut_and_mix])
def test_that_targets_are_mixed_in_the_shares_of_their_samples(
    mix: Callable[[Tensor, Tensor, int, float, bool], tuple[Tensor, Tensor]],
) -> None:
    torch.manual_seed(0)
    target = torch.tensor([0, 1, 2, 3] * 8)
    plain = target.float().reshape(-1, 1, 1, 1).expand(-1, 1, 6, 5)
    shares = torch.nn.functional.one_hot(target, 5).float()
    kept, same = mix(plain, target, 5, 1.0, False)
    assert torch.equal(kept, plain)
    assert torch.equal(same, shares)
    mixed, soft = mix(plain, target, 5, 1.0, True)
    assert torch.allclose(soft.sum(1), torch.ones(32))
    assert torch.allclose(
        soft @ torch.arange(5.0), mixed.mean((1, 2, 3)), atol=1e-5
    )  # as much of a picture as of its class
    assert len({row.numpy().tobytes() for row in soft}) > 20  # each draws its own share
