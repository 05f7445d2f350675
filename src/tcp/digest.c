/*
 * digest.c - one number for a frame's bytes, to know it again elsewhere
 */
#include "tcp/digest.h"

uint64_t frame_digest(const uint8_t *frame, size_t len)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		digest = (digest ^ frame[i]) * UINT64_C(0x100000001b3);
	return digest;
}
