/*
 * encoding.h - a spec is UTF-8 without control characters
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct spec_errors;

/**
 * encoding_check - is this text that a YAML parser may be shown
 * @path: the file's name for the error
 * @text: @len bytes
 * @len: how many
 * @errors: gets the first offence
 *
 * libfyaml 0.7.12 reads on past bytes that are no UTF-8 as if there were
 * nothing, so they must be refused before it sees them.
 *
 * Return: true if it is UTF-8 (RFC 3629) without control characters but tab
 * and line ends.
 */
bool encoding_check(const char *path, const char *text, size_t len,
		    struct spec_errors *errors);

/**
 * encoding_length - how long is the character of UTF-8 that begins here
 * @text: @left bytes, at least one
 * @left: how many
 *
 * Return: 1 to 4 bytes; 0 if it is none.
 */
size_t encoding_length(const char *text, size_t left);
