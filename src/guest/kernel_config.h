/*
 * kernel_config.h - what a guest's kernel must be able to do, and whether it
 * can
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct err;
struct str;

/** kernel_config_ours - kernels/uml.config, as it was when we were built */
extern const char kernel_config_ours[];

/**
 * struct kernel_option - one line of a fragment
 * @name: "CONFIG_VETH"; owned
 * @value: "y", "100", "\"text\"", or "n" for "is not set"; owned
 * @optional: marked "# optional": some kernels do not have it
 */
struct kernel_option {
	char *name;
	char *value;
	bool optional;
};

/**
 * struct kernel_config - a fragment of a kernel's configuration
 * @v: its options, @n of them, in the order of the file
 * @n: their number
 */
struct kernel_config {
	struct kernel_option *v;
	size_t n;
};

/**
 * kernel_config_parse - read a fragment: Documentation/kbuild/kconfig.rst
 * @text: lines "CONFIG_X=y", "# CONFIG_X is not set", comments and blank ones;
 *	a comment behind an option may begin with "optional"
 * @name: the file, for errors
 * @config: released by kernel_config_done(); untouched on failure
 * @err: says which line is wrong, as file:line
 *
 * Return: 0; -EBADMSG for a line that is none of these, or an option twice.
 */
int kernel_config_parse(const char *text, const char *name,
			struct kernel_config *config, struct err *err);

/** kernel_config_done - release the options */
void kernel_config_done(struct kernel_config *config);

/**
 * kernel_config_print - the options without comments, one a line, as
 * merge_config.sh reads them
 */
void kernel_config_print(const struct kernel_config *config, struct str *out);

/**
 * kernel_config_missing - which options a .config does not have as asked
 * @config: what was asked for
 * @dotconfig: the text of the .config that "make olddefconfig" left: it drops
 *	what a kernel does not know or cannot have, and says nothing
 * @missing: their names, blanks between, are added to it
 * @optional: names of those marked optional; likewise
 *
 * Return: how many are in @missing.
 */
size_t kernel_config_missing(const struct kernel_config *config,
			     const char *dotconfig, struct str *missing,
			     struct str *optional);

/**
 * kernel_config_value - an option's value in a .config
 * @dotconfig: the text
 * @name: "CONFIG_VETH"
 *
 * Return: as in struct kernel_option, quotes and backslashes included; NULL if
 * it does not name it; caller frees.
 */
char *kernel_config_value(const char *dotconfig, const char *name);
