/*
 * fuzz_kernel_config.c - libFuzzer: a fragment that is read prints as one that
 * is read the same, and a .config that has all of it misses nothing
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "guest/kernel_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_FREE char *text = mem_strndup((const char *)data, size);
	SCOPED_STR struct str once = {0};
	SCOPED_STR struct str twice = {0};
	SCOPED_STR struct str missing = {0};
	SCOPED_STR struct str optional = {0};
	struct kernel_config config = {0};
	struct kernel_config again = {0};

	if (kernel_config_parse(text, "fuzz", &config, NULL) < 0)
		return 0;
	kernel_config_print(&config, &once);
	if (kernel_config_parse(str_text(&once), "fuzz", &again, NULL) < 0)
		abort();
	kernel_config_print(&again, &twice);
	if (strcmp(str_text(&once), str_text(&twice)) != 0)
		abort();
	if (kernel_config_missing(&config, str_text(&once), &missing,
				  &optional) ||
	    optional.len)
		abort();
	kernel_config_done(&config);
	kernel_config_done(&again);
	return 0;
}
