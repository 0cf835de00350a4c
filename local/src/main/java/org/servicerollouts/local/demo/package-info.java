/**
 * The stories of the two public guides, played against the running system, with their printed
 * answers checked.
 */
package org.servicerollouts.local.demo;
