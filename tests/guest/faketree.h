/*
 * faketree.h - a kernel's source tree with a Makefile of a few lines
 *
 * Its "kernel" is built in no time, and does what files in the scratch folder
 * tell: "fail" has its compilation fail, "hang" has it wait for ever, once it
 * has made the file "hanging".
 */
#pragma once

#include "guest/scratch.h"

static const char faketree_makefile[] =
	"allnoconfig:\n"
	"\t@test $(ARCH) = um && : >$(O)/.config\n"
	/* what this kernel does not know is dropped without a word */
	"olddefconfig:\n"
	"\t@sed -i '/CONFIG_GONE/d' $(O)/.config\n"
	"linux:\n"
	"\t@echo compiling it\n"
	"\t@if [ -e $(O)/../../../../fail ]; then echo broken; exit 1; fi\n"
	"\t@if [ -e $(O)/../../../../hang ]; then \\\n"
	"\t\techo >$(O)/../../../../hanging; \\\n"
	"\t\ttail -f /dev/null; fi\n"
	"\t@mkdir -p $(O)/include/config\n"
	"\t@echo 6.99.1 >$(O)/include/config/kernel.release\n"
	"\t@echo 'CONFIG_CC_VERSION_TEXT=\"cc 1\"' >>$(O)/.config\n"
	"\t@echo built >$(O)/linux; chmod +x $(O)/linux\n";

/** faketree_plant - a tree in the folder @name of the scratch folder */
static inline void faketree_plant(const char *name)
{
	static const char *const files[][2] = {
		{"Kconfig", ""},
		{"arch/um/Makefile", ""},
		{"scripts/kconfig/merge_config.sh", "cat $5 >>$3/$4\n"},
		{"Makefile", faketree_makefile},
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		SCOPED_FREE char *path = mem_printf("%s/%s", name, files[i][0]);

		scratch_write(path, files[i][1], 0644);
	}
}
