/*
 * yaml.h - libfyaml's events, built into a tree of nodes
 */
#pragma once

#include <stddef.h>

struct node;
struct spec_errors;

/**
 * yaml_build - what node_parse() does once the encoding is known to be good
 * @path: the file's name for errors
 * @text: @len bytes and a NUL behind them
 * @len: how many
 * @errors: gets every error of the YAML
 *
 * Return: as node_parse().
 */
struct node *yaml_build(const char *path, const char *text, size_t len,
			struct spec_errors *errors);
