/*
 * lab_id.h - a number for a lab that no other lab alive has
 */
#pragma once

/**
 * lab_id_take - take a number
 * @from: the first that will do; others do, too
 * @lock: a descriptor, O_CLOEXEC: the number is taken for as long as it is
 *	open; owned by the caller; -1 if numbers could not be taken
 *
 * A lab's number chooses its addresses, and the kernel's tracer tells labs
 * apart by these: those of two tcplabs must differ. Seen by everybody in the
 * caller's network namespace, whatever user, and by nobody outside.
 *
 * Return: the number, 0 … 4095; @from if it could not be taken.
 */
unsigned int lab_id_take(unsigned int from, int *lock);
