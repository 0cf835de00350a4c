/** Moves real traffic: reads and sets what an alias of a Lambda function holds. */
package org.servicerollouts.targets;
