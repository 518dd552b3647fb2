import { Logger } from '@nestjs/common';

// For tests of what goes wrong: the log would be full of the errors that they provoke.
Logger.overrideLogger(false);
