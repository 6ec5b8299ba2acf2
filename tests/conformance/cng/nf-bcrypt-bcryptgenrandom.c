/* SPDX-License-Identifier: GPL-2.0-only */
#include "cng_test.h"

/* On a processor without RDRAND there are none, and BCryptGenRandom says so rather than giving weak ones. */
#define NEEDS_RANDOM_NUMBERS() SKIP_UNLESS(ExIsProcessorFeaturePresent(28), "the processor makes no random numbers")

static BOOLEAN AllZero(const UCHAR* bytes, ULONG count) {
    while (count > 0 && bytes[count - 1] == 0) --count;
    return count == 0;
}

CONFORMANCE(BCryptGenRandom, FillsTheBufferEachTimeAnew) {
    UCHAR first[64] = {0}, second[64] = {0};
    BCRYPT_ALG_HANDLE algorithm;
    NEEDS_RANDOM_NUMBERS();
    algorithm = OpenAlgorithm(BCRYPT_RNG_ALGORITHM, 0);
    CHECK_STATUS(BCryptGenRandom(algorithm, first, 63, 0), STATUS_SUCCESS);
    CHECK_STATUS(BCryptGenRandom(algorithm, second, 63, 0), STATUS_SUCCESS);
    for (ULONG i = 0; i + 8 <= 56; i += 8) CHECK(!AllZero(first + i, 8)); /* by chance: 2^-64 */
    CHECK(RtlCompareMemory(first, second, 63) < 8);
    CHECK(first[63] == 0 && second[63] == 0);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

CONFORMANCE(BCryptGenRandom, TakesTheSystemsGenerator) {
    UCHAR bytes[16] = {0};
    NEEDS_RANDOM_NUMBERS();
    CHECK_STATUS(BCryptGenRandom(NULL, bytes, sizeof(bytes), BCRYPT_USE_SYSTEM_PREFERRED_RNG), STATUS_SUCCESS);
    CHECK(!AllZero(bytes, sizeof(bytes)));
}

CONFORMANCE(BCryptGenRandom, AddsTheBuffersEntropy) {
    UCHAR first[32] = {1}, second[32] = {1};
    const ULONG flags = BCRYPT_USE_SYSTEM_PREFERRED_RNG | BCRYPT_RNG_USE_ENTROPY_IN_BUFFER;
    NEEDS_RANDOM_NUMBERS();
    CHECK_STATUS(BCryptGenRandom(NULL, first, sizeof(first), flags), STATUS_SUCCESS);
    CHECK_STATUS(BCryptGenRandom(NULL, second, sizeof(second), flags), STATUS_SUCCESS);
    CHECK(RtlCompareMemory(first, second, sizeof(first)) < 8);
}

CONFORMANCE(BCryptGenRandom, WorksAtDispatchLevel) {
    UCHAR bytes[16] = {0};
    NEEDS_RANDOM_NUMBERS();
    AT_IRQL(DISPATCH_LEVEL, CHECK_STATUS(BCryptGenRandom(NULL, bytes, sizeof(bytes), BCRYPT_USE_SYSTEM_PREFERRED_RNG), STATUS_SUCCESS));
    CHECK(!AllZero(bytes, sizeof(bytes)));
}

CONFORMANCE(BCryptGenRandom, FillsMoreThanOneRequestOfTheGenerator) {
    const ULONG bytes = 65536 + 4096;
    UCHAR* buffer = ExAllocatePoolWithTag(NonPagedPool, bytes, CONFORMANCE_TAG);
    NEEDS_RANDOM_NUMBERS();
    REQUIRE(buffer != NULL);
    RtlZeroMemory(buffer, bytes);
    CHECK_STATUS(BCryptGenRandom(NULL, buffer, bytes, BCRYPT_USE_SYSTEM_PREFERRED_RNG), STATUS_SUCCESS);
    for (ULONG i = 0; i < bytes; i += 4096) CHECK(!AllZero(buffer + i, 16));
    CHECK(!AllZero(buffer + bytes - 16, 16));
    ExFreePoolWithTag(buffer, CONFORMANCE_TAG);
}

CONFORMANCE(BCryptGenRandom, Refuses) {
    UCHAR bytes[16];
    BCRYPT_ALG_HANDLE sha = OpenAlgorithm(BCRYPT_SHA256_ALGORITHM, 0), random = OpenAlgorithm(BCRYPT_RNG_ALGORITHM, 0);
    CHECK_STATUS(BCryptGenRandom(NULL, bytes, sizeof(bytes), 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptGenRandom(sha, bytes, sizeof(bytes), 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(BCryptGenRandom(random, NULL, sizeof(bytes), 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(BCryptGenRandom(random, bytes, sizeof(bytes), 0x80), STATUS_INVALID_PARAMETER);
    BCryptCloseAlgorithmProvider(sha, 0);
    BCryptCloseAlgorithmProvider(random, 0);
}
