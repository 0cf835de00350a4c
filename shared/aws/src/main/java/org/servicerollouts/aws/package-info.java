/** What everything that calls AWS's APIs has in common. */
package org.servicerollouts.aws;
