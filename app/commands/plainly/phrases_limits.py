"""The sentences of limits and budgets, in English."""

from typing import Final

LIMITS: Final = {
    "points_day": "It gives one member on one day at most: {points}.",
    "points_week": "It gives one member in one week at most: {points}.",
    "points_month": "It gives one member in one month at most: {points}.",
    "points_quarter": "It gives one member in one quarter at most: {points}.",
    "points_year": "It gives one member in one year at most: {points}.",
    "points_ever": "It gives one member altogether at most: {points}.",
    "times_day": "It gives points to one member on one day at most so often: {number}.",
    "times_week": "It gives points to one member in one week at most so often: {number}.",
    "times_month": "It gives points to one member in one month at most so often: {number}.",
    "times_quarter": "It gives points to one member in one quarter at most so often: {number}.",
    "times_year": "It gives points to one member in one year at most so often: {number}.",
    "times_ever": "It gives points to one member altogether at most so often: {number}.",
    "all_day": "One member earns in the main wallet on one day at most: {points}.",
    "all_week": "One member earns in the main wallet in one week at most: {points}.",
    "all_month": "One member earns in the main wallet in one month at most: {points}.",
    "all_quarter": "One member earns in the main wallet in one quarter at most: {points}.",
    "all_year": "One member earns in the main wallet in one year at most: {points}.",
    "all_ever": "One member earns in the main wallet altogether at most: {points}.",
    "budget": "It gives all members together at most: {points}.",
    "over_trim": "What is above that is cut off.",
    "over_reject": "What would be above that is not given at all.",
    "in_one": "{limit} {over}",
    "sticky": "A refund gives nothing back to its limits.",
}
