/* SPDX-License-Identifier: GPL-2.0-only */
/* The C runtime reference has a page for each:
 * learn.microsoft.com/cpp/c-runtime-library/reference/. */
#include "conformance.h"
#include "crt.h"

typedef int (*COMPARE)(const void*, const void*);
typedef int (*COMPARE_WITH)(void*, const void*, const void*);
CRT(void, qsort, void*, size_t, size_t, COMPARE);
CRT(void, qsort_s, void*, size_t, size_t, COMPARE_WITH, void*);
CRT(void*, bsearch, const void*, const void*, size_t, size_t, COMPARE);
CRT(void*, bsearch_s, const void*, const void*, size_t, size_t, COMPARE_WITH, void*);
CRT(int, rand, void);
CRT(void, srand, unsigned);

static int Ascending(const void* First, const void* Second) {
    return *(const int*)First - *(const int*)Second;
}
static int Counted(void* Context, const void* First, const void* Second) {
    ++*(int*)Context;
    return Ascending(First, Second);
}

CONFORMANCE(qsort, Sorts) {
    int numbers[] = {5, -1, 3, 3, 9, 0, 2, 8, 7, 1, 6}, i;
    crt_qsort(numbers, RTL_NUMBER_OF(numbers), sizeof(int), Ascending);
    for (i = 1; i < (int)RTL_NUMBER_OF(numbers); i++) CHECK(numbers[i - 1] <= numbers[i]);
    CHECK_EQ(numbers[0], -1);
    crt_qsort(numbers, 0, sizeof(int), Ascending);
}

CONFORMANCE(qsort_s, SortsWithAContext) {
    int numbers[] = {3, 1, 2}, calls = 0;
    crt_qsort_s(numbers, 3, sizeof(int), Counted, &calls);
    CHECK_EQ(numbers[0], 1);
    CHECK_EQ(numbers[1], 2);
    CHECK_EQ(numbers[2], 3);
    CHECK(calls >= 2);
}

CONFORMANCE(bsearch, FindsOrNot) {
    static const int numbers[] = {1, 3, 5, 7, 9};
    int key = 7, none = 4;
    CHECK_EQ(crt_bsearch(&key, numbers, 5, sizeof(int), Ascending), numbers + 3);
    CHECK_EQ(crt_bsearch(&none, numbers, 5, sizeof(int), Ascending), NULL);
    CHECK_EQ(crt_bsearch(&key, numbers, 0, sizeof(int), Ascending), NULL);
}

CONFORMANCE(bsearch_s, PassesItsContext) {
    static const int numbers[] = {1, 3, 5, 7, 9};
    int key = 1, calls = 0;
    CHECK_EQ(crt_bsearch_s(&key, numbers, 5, sizeof(int), Counted, &calls), numbers);
    CHECK(calls >= 1 && calls <= 3);
}

CONFORMANCE(rand, StaysInRange) {
    int i, all = 0;
    for (i = 0; i < 200; i++) {
        int value = crt_rand();
        CHECK(value >= 0 && value <= 0x7FFF);
        all |= value;
    }
    CHECK_EQ(all, 0x7FFF);
}

CONFORMANCE(srand, RepeatsASequence) {
    int first, second;
    crt_srand(7);
    first = crt_rand();
    second = crt_rand();
    crt_srand(7);
    CHECK_EQ(crt_rand(), first);
    CHECK_EQ(crt_rand(), second);
    crt_srand(8);
    CHECK(crt_rand() != first);
}
