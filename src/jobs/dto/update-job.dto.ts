import { PartialType } from '@nestjs/swagger';
import { CreateJobDto } from './create-job.dto.ts';

/** What to change; whatever is left out stays. `null` clears a field that can be empty. */
export class UpdateJobDto extends PartialType(CreateJobDto, { skipNullProperties: false }) {}
