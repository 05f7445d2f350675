/*
 * sha256.c - SHA-256, for naming content
 */
#include "base/sha256.h"

#include <stdio.h>
#include <string.h>

/** BLOCK - bytes that are hashed at once */
#define BLOCK 64

/** TAIL - where the length in bits stands in the last block */
#define TAIL 56

/* FIPS 180-4, 4.2.2 */
static const uint32_t constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* 5.3.3 */
static const uint32_t start[8] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static uint32_t turn(uint32_t word, int bits)
{
	return word >> bits | word << (32 - bits);
}

static uint32_t word_be(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

/* 6.2.2 */
static void hash_block(struct sha256 *sha, const unsigned char *block)
{
	uint32_t w[64];
	uint32_t v[8];

	for (int t = 0; t < 16; t++)
		w[t] = word_be(block + 4 * (size_t)t);
	for (int t = 16; t < 64; t++) {
		uint32_t a = w[t - 15];
		uint32_t b = w[t - 2];

		w[t] = w[t - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) +
		       w[t - 7] + (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
	}
	memcpy(v, sha->state, sizeof(v));
	for (int t = 0; t < 64; t++) {
		uint32_t e = v[4];
		uint32_t a = v[0];
		uint32_t t1 = v[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) +
			      ((e & v[5]) ^ (~e & v[6])) + constants[t] + w[t];
		uint32_t t2 = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) +
			      ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));

		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (int i = 0; i < 8; i++)
		sha->state[i] += v[i];
}

void sha256_init(struct sha256 *sha)
{
	*sha = (struct sha256){0};
	memcpy(sha->state, start, sizeof(start));
}

void sha256_add(struct sha256 *sha, const void *data, size_t len)
{
	const unsigned char *p = data;
	size_t used = sha->length % BLOCK;

	sha->length += len;
	if (used + len >= BLOCK) {
		memcpy(sha->block + used, p, BLOCK - used);
		hash_block(sha, sha->block);
		p += BLOCK - used;
		len -= BLOCK - used;
		used = 0;
		for (; len >= BLOCK; p += BLOCK, len -= BLOCK)
			hash_block(sha, p);
	}
	if (len)
		memcpy(sha->block + used, p, len);
}

void sha256_adds(struct sha256 *sha, const char *s)
{
	sha256_add(sha, s, strlen(s));
}

void sha256_text(struct sha256 *sha, char text[SHA256_TEXT])
{
	static const unsigned char padding[BLOCK] = {0x80};
	uint64_t bits = sha->length * 8;
	size_t used = sha->length % BLOCK;
	unsigned char length_be[8];

	for (int i = 0; i < 8; i++)
		length_be[i] = (unsigned char)(bits >> (56 - 8 * i));
	sha256_add(sha, padding, (used < TAIL ? TAIL : TAIL + BLOCK) - used);
	sha256_add(sha, length_be, sizeof(length_be));
	for (size_t i = 0; i < 8; i++)
		(void)snprintf(text + 8 * i, 9, "%08x", sha->state[i]);
}
