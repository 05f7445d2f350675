/*
 * manifest.h - what a scenario was run on: kernel, sysctls, versions
 */
#pragma once

struct err;
struct lab;
struct run_request;

/**
 * manifest_write - write the manifest of a lab that has been built
 * @request: what was asked
 * @lab: as built
 * @err: says what was refused
 *
 * Return: 0; -ENOSPC …
 */
int manifest_write(const struct run_request *request, const struct lab *lab,
		   struct err *err);
