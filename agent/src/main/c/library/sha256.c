#include "archive.h"

#include <string.h>

enum { BLOCK = 64, WORDS = 64 };

static const uint32_t constants[WORDS] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotated(uint32_t word, int by) {
    return word >> by | word << (32 - by);
}

static void compress_plain(uint32_t state[8], const uint8_t *data, uint64_t blocks) {
    for (; blocks > 0; blocks--, data += BLOCK) {
        uint32_t words[WORDS], s[8];
        for (int i = 0; i < 16; i++) {
            words[i] = (uint32_t)data[4 * i] << 24 | (uint32_t)data[4 * i + 1] << 16 | (uint32_t)data[4 * i + 2] << 8 | data[4 * i + 3];
        }
        for (int i = 16; i < WORDS; i++) {
            uint32_t before = words[i - 15], last = words[i - 2];
            words[i] = words[i - 16] + (rotated(before, 7) ^ rotated(before, 18) ^ before >> 3) + words[i - 7]
                + (rotated(last, 17) ^ rotated(last, 19) ^ last >> 10);
        }
        memcpy(s, state, sizeof s);
        for (int i = 0; i < WORDS; i++) {
            uint32_t one = s[7] + (rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants[i]
                + words[i];
            uint32_t two = (rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
            memmove(s + 1, s, 7 * sizeof *s);
            s[4] += one;
            s[0] = one + two;
        }
        for (int i = 0; i < 8; i++) state[i] += s[i];
    }
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

/* By the processor's own instructions: seven times as fast. */
__attribute__((target("sha,sse4.1,ssse3"))) static void compress_sha(uint32_t state[8], const uint8_t *data, uint64_t blocks) {
    const __m128i swapped = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    __m128i dcba = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(dcba, hgfe, 8);
    __m128i cdgh = _mm_blend_epi16(hgfe, dcba, 0xF0);
    for (; blocks > 0; blocks--, data += BLOCK) {
        __m128i abef_before = abef, cdgh_before = cdgh, words[4];
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) words[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(data + 16 * i)), swapped);
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) {
            __m128i sum = _mm_add_epi32(words[i & 3], _mm_load_si128((const __m128i *)(constants + 4 * i)));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
            if (i < 12) {
                __m128i seventh = _mm_alignr_epi8(words[(i + 3) & 3], words[(i + 2) & 3], 4);
                __m128i first = _mm_add_epi32(_mm_sha256msg1_epu32(words[i & 3], words[(i + 1) & 3]), seventh);
                words[i & 3] = _mm_sha256msg2_epu32(first, words[(i + 3) & 3]);
            }
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1B), dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

static int has_sha(void) {
    unsigned a, b, c, d;
    return __builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) != 0;
}

static void compress(uint32_t state[8], const uint8_t *data, uint64_t blocks) {
    static int known; /* 0 not yet, 1 plain, 2 by instructions; whoever asks twice learns the same */
    int which = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (which == 0) {
        which = has_sha() ? 2 : 1;
        __atomic_store_n(&known, which, __ATOMIC_RELAXED);
    }
    (which == 2 ? compress_sha : compress_plain)(state, data, blocks);
}
#else
static void compress(uint32_t state[8], const uint8_t *data, uint64_t blocks) {
    compress_plain(state, data, blocks);
}
#endif

void archive_hash_begin(struct hash *hash) {
    static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(hash->state, first, sizeof first);
    hash->length = 0;
}

void archive_hash_add(struct hash *hash, const uint8_t *data, uint64_t length) {
    uint64_t kept = hash->length % BLOCK;
    hash->length += length;
    if (kept > 0) {
        uint64_t more = length < BLOCK - kept ? length : BLOCK - kept;
        memcpy(hash->rest + kept, data, more);
        if (kept + more < BLOCK) return;
        compress(hash->state, hash->rest, 1);
        data += more;
        length -= more;
    }
    compress(hash->state, data, length / BLOCK);
    if (length % BLOCK > 0) memcpy(hash->rest, data + length / BLOCK * BLOCK, length % BLOCK);
}

void archive_hash_end(struct hash *hash, uint8_t *digest) {
    uint8_t last[2 * BLOCK] = {0};
    uint64_t rest = hash->length % BLOCK;
    if (rest > 0) memcpy(last, hash->rest, rest);
    last[rest] = 0x80;
    uint64_t blocks = rest < BLOCK - 8 ? 1 : 2;
    for (int i = 0; i < 8; i++) last[blocks * BLOCK - 1 - (uint64_t)i] = (uint8_t)(hash->length * 8 >> 8 * i);
    compress(hash->state, last, blocks);
    for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}

void archive_sha256(const uint8_t *data, uint64_t length, uint8_t *digest) {
    struct hash hash;
    archive_hash_begin(&hash);
    archive_hash_add(&hash, data, length);
    archive_hash_end(&hash, digest);
}
