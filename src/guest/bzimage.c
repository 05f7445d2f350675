/*
 * bzimage.c - which release an x86 kernel image is
 */
#include "guest/bzimage.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

/* offsets of struct setup_header's fields: arch/x86/include/uapi/asm/
 * bootparam.h, which has no copy on machines of another kind */
#define AT_MAGIC	  0x202
#define AT_PROTOCOL	  0x206
#define AT_KERNEL_VERSION 0x20e

/** VERSION_BASE - what kernel_version's value is counted from */
#define VERSION_BASE 0x200

/** RELEASE_MAX - __NEW_UTS_LEN of the kernel: linux/utsname.h */
#define RELEASE_MAX 64

static unsigned int le16(const unsigned char *bytes)
{
	return bytes[0] | (unsigned int)bytes[1] << 8;
}

bool bzimage_is(const void *bytes, size_t n)
{
	const unsigned char *b = bytes;

	return n >= AT_KERNEL_VERSION + 2 &&
	       memcmp(b + AT_MAGIC, "HdrS", 4) == 0 &&
	       le16(b + AT_PROTOCOL) >= 0x200;
}

char *bzimage_release(const void *bytes, size_t n)
{
	const unsigned char *b = bytes;
	size_t at;
	size_t len = 0;

	if (!bzimage_is(bytes, n))
		return NULL;
	at = VERSION_BASE + le16(b + AT_KERNEL_VERSION);
	if (at == VERSION_BASE) /* "may be 0": it tells none */
		return NULL;
	while (at + len < n && len < RELEASE_MAX && isgraph(b[at + len]) &&
	       b[at + len] != '/')
		len++;
	/* the builder's name follows: a text that ends here was cut */
	if (len == 0 || at + len >= n || b[at + len] != ' ')
		return NULL;
	return mem_strndup((const char *)b + at, len);
}
