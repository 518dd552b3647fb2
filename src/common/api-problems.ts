import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';

class ViolationDto {
  @ApiProperty({ example: 'schedule' })
  path: string;

  @ApiProperty({ example: 'minute takes 0 to 59, got 60 (at character 1)' })
  message: string;
}

/** An error answer, RFC 9457. */
class ProblemDto {
  @ApiProperty({ example: 'about:blank' })
  type: string;

  @ApiProperty({ example: 'Bad Request' })
  title: string;

  @ApiProperty({ type: 'integer', example: 400 })
  status: number;

  @ApiProperty({ example: 'INVALID_REQUEST', description: 'Stable; listed in docs/errors.md.' })
  code: string;

  @ApiProperty()
  detail: string;

  @ApiProperty({ type: [ViolationDto], required: false })
  errors?: ViolationDto[];

  @ApiProperty()
  requestId: string;
}

/** Says in the OpenAPI document which error answers a route has; 500 and 503 go without saying. */
export function ApiProblems(...statuses: number[]): ClassDecorator & MethodDecorator {
  const schema = { $ref: getSchemaPath(ProblemDto) };
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...[...statuses, 503].map((status) =>
      ApiResponse({
        status,
        description: STATUS_CODES[status],
        content: { 'application/problem+json': { schema } },
      }),
    ),
  );
}
