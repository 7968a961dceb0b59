/*
 * Base64 as the agent needs it: half a gigabyte of output may pass here, and the JVM of a small machine, which has only its quick
 * compiler, takes longer for that than for all else it does with it. The Java side is dev.elevo.agent.http.FastBase64.
 */
#include <stddef.h>
#include <stdint.h>

static const char alphabet[64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#ifdef __x86_64__
#include <immintrin.h>

/* 24 bytes at a time; tells how many were taken. By Muła and Lemire, "Faster Base64 Encoding and Decoding using AVX2 Instructions". */
__attribute__((target("avx2"))) static size_t encode_wide(const uint8_t *from, size_t length, uint8_t *to) {
    const __m256i spread = _mm256_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10, 1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
    const __m256i shift = _mm256_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
        '+' - 62, '/' - 63, 'A', 0, 0, 'a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
        '+' - 62, '/' - 63, 'A', 0, 0);
    size_t at = 0;
    /* The upper half is read from the twelfth byte on, and four bytes of it belong to the next round. */
    for (; at + 28 <= length; at += 24, to += 32) {
        __m128i low = _mm_loadu_si128((const __m128i *)(const void *)(from + at));
        __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(from + at + 12));
        __m256i bytes = _mm256_shuffle_epi8(_mm256_set_m128i(high, low), spread);
        __m256i odd = _mm256_mulhi_epu16(_mm256_and_si256(bytes, _mm256_set1_epi32(0x0fc0fc00)), _mm256_set1_epi32(0x04000040));
        __m256i even = _mm256_mullo_epi16(_mm256_and_si256(bytes, _mm256_set1_epi32(0x003f03f0)), _mm256_set1_epi32(0x01000010));
        __m256i sextets = _mm256_or_si256(odd, even);
        __m256i is_upper = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), sextets);
        __m256i kind = _mm256_or_si256(
            _mm256_subs_epu8(sextets, _mm256_set1_epi8(51)), _mm256_and_si256(is_upper, _mm256_set1_epi8(13)));
        __m256i letters = _mm256_add_epi8(_mm256_shuffle_epi8(shift, kind), sextets);
        _mm256_storeu_si256((__m256i *)(void *)to, letters);
    }
    return at;
}
#endif

/* Writes (length + 2) / 3 * 4 letters. */
void elevo_base64(const uint8_t *from, int64_t signed_length, uint8_t *to) {
    size_t length = (size_t)signed_length, at = 0;
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) at = encode_wide(from, length, to);
#endif
    to += at / 3 * 4;
    for (; at < length; at += 3, to += 4) {
        size_t left = length - at;
        uint32_t bits = (uint32_t)from[at] << 16;
        if (left > 1) bits |= (uint32_t)from[at + 1] << 8;
        if (left > 2) bits |= from[at + 2];
        to[0] = (uint8_t)alphabet[bits >> 18];
        to[1] = (uint8_t)alphabet[bits >> 12 & 63];
        to[2] = left > 1 ? (uint8_t)alphabet[bits >> 6 & 63] : '=';
        to[3] = left > 2 ? (uint8_t)alphabet[bits & 63] : '=';
    }
}
