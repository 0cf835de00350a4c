/** What brings events to the bus of a deployed stack that its own function could not. */
package org.servicerollouts.local.redrive;
