/*
 * sha256.h - SHA-256, for naming content
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** SHA256_TEXT - bytes that sha256_text() needs */
#define SHA256_TEXT 65

/**
 * struct sha256 - a hash on its way (FIPS 180-4)
 * @state: the eight words H
 * @length: bytes so far
 * @block: what does not fill a block yet
 */
struct sha256 {
	uint32_t state[8];
	uint64_t length;
	unsigned char block[64];
};

/** sha256_init - begin */
void sha256_init(struct sha256 *sha);

/** sha256_add - hash @len more bytes */
void sha256_add(struct sha256 *sha, const void *data, size_t len);

/** sha256_adds - hash a string without its NUL */
void sha256_adds(struct sha256 *sha, const char *s);

/**
 * sha256_text - end, and write the hash as 64 hexadecimal digits
 * @sha: to be begun anew before it is used again
 * @text: the digits and a NUL
 */
void sha256_text(struct sha256 *sha, char text[SHA256_TEXT]);
