/*
 * fuzz_parcel.c - libFuzzer: whatever comes out of a guest, or begins a file
 * that is said to be a kernel, is read within its bounds
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/scope.h"
#include "base/sha256.h"
#include "guest/bzimage.h"
#include "guest/parcel.h"

/** HEAD - bytes in front of a parcel's body */
#define HEAD 24

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* with length and hash right, which chance does not find */
static void try_body(const uint8_t *data, size_t size)
{
	size_t body = size - HEAD;
	SCOPED_FREE char *all = mem_new(char, size + SHA256_TEXT);
	uint64_t len = body;
	struct parcel parcel;
	struct sha256 sha;

	memcpy(all, data, size);
	memcpy(all, "tcplab 1", 8);
	memcpy(all + HEAD - 8, &len, 8);
	sha256_init(&sha);
	sha256_add(&sha, all, size);
	sha256_text(&sha, all + size);
	if (parcel_open(all, size + SHA256_TEXT - 1, &parcel, NULL) == 0 &&
	    parcel.size != size + SHA256_TEXT - 1)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_FREE char *release = bzimage_release(data, size);
	struct parcel parcel;

	if (release && (!bzimage_is(data, size) || strchr(release, '/')))
		abort();
	if (parcel_open(data, size, &parcel, NULL) == 0 && parcel.size > size)
		abort();
	if (size >= HEAD)
		try_body(data, size);
	return 0;
}
