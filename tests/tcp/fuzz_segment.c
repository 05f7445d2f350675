/*
 * fuzz_segment.c - whatever a frame holds, it is refused or understood
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/scope.h"
#include "base/str.h"
#include "tcp/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_STR struct str flags = {0};
	struct segment segment = {.window = 77};

	if (segment_parse(data, size, &segment) < 0) {
		assert(segment.window == 77);
		return 0;
	}
	assert(segment.from.family == segment.to.family);
	assert(segment.payload >= data && segment.payload <= data + size);
	assert(segment.payload_len <= UINT16_MAX);
	assert(segment.options.n_sack <= SEGMENT_SACK_BLOCKS);
	assert(segment_len(&segment) <= segment.payload_len + 2);
	segment_print_flags(segment.flags, &flags);
	return 0;
}
